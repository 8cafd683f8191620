"""A service of no domain that writes, tells and hears: what the chassis' promises are tried on."""
