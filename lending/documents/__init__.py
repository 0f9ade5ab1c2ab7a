"""What the papers of lending say: content frozen when they are issued, then drawn."""
