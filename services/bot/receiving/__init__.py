"""What comes from Telegram: fetched or brought, stored before it is confirmed, read and handled."""
