"""What the command line programs have in common."""
