"""The promises about the clocks in their full size: `./support bench sla`.

Each module measures one of them on an sla of its own, whose database holds 100 000 running cycles,
and says which did not hold. The clocks are made by the domain, and the replicas go by the real
time: nothing waits for hours, since a ticket is made as old as its deadline needs.
"""
