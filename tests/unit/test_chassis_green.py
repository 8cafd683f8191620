"""What eventlet does to a service's process, tried in a process of its own."""

from tests.support.in_a_process import run_apart

A_SLOW_NAME_SERVER = """
import chassis.service.green as green
import eventlet, socket, time
from eventlet.patcher import original

pause, look_up = original("time").sleep, green._look_up

def slowly(*wanted, **more):
    pause(0.5)
    return look_up(*wanted, **more)

green._look_up = slowly
beats = []

def beat():
    while True:
        beats.append(time.monotonic())
        eventlet.sleep(0.02)

eventlet.spawn(beat)
found = socket.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM)
print(len(beats) >= 5, found[0][4][1])
"""


def test_a_slow_name_server_holds_up_only_whoever_asks_it() -> None:
    ran = run_apart(A_SLOW_NAME_SERVER)

    assert ran.stdout == "True 80\n", ran.stderr
