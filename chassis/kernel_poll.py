"""The kernel's own `poll`. eventlet takes it out of the library; chassis.service.green imports this
before that."""

from select import POLLIN, poll

__all__ = ["POLLIN", "poll"]
