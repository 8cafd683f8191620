"""The metadata of the bot."""

from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """The metadata of the bot."""
