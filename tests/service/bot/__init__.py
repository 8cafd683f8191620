"""Tests of the bot; a package, so that its desk ends with the last of them."""
