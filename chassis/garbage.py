"""When a process looks for garbage. Importing this module stops the looking.

Most garbage goes by its count of references. Looking for circles after every 700 objects, as
Python does, takes a fifth of the time that importing takes, and later some 5 % of a service's; and
what is imported is hardly ever garbage: of the bot's 211 000 objects 1 900 are, and to find them
takes 0.1 s. So a process imports this first, and once it has imported the rest it calls
`collect_seldom`.
"""

import gc

gc.disable()


def collect_seldom() -> None:
    """Look for garbage from now on, but seldom, and never among what is there already."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    gc.enable()
