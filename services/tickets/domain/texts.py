"""What a ticket is called when nobody named it."""

from contracts.tickets import SUBJECT_LENGTH


def subject_of(description: str) -> str:
    """The first line of a description, cut at a word to what a subject may hold."""
    line = description.strip().splitlines()[0].strip()
    if len(line) <= SUBJECT_LENGTH:
        return line
    room = line[: SUBJECT_LENGTH - 1]
    head, space, _ = room.rpartition(" ")
    return (head.rstrip() if space else room) + "…"
