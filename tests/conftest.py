"""What every tier may ask for: a real broker and a real PostgreSQL, started when first wanted."""

pytest_plugins = ["tests.support.broker", "tests.support.postgres"]
