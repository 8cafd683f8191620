"""The question whether a process is there: RPC method `ping`, answered by whoever consumes.

The services answer it in `chassis.rpc_server`. A process without nameko lets a `PingResponder`
answer for it.
"""

PING = "ping"
ALIVE = {"status": "ok"}
