"""The commands behind `./support`. They start processes by name; nothing imports them."""
