"""One database of one process: transactions, commands carried out once, migrations, sweeping."""
