"""What a modem, or the service that holds it, answered. Text in, facts out."""
