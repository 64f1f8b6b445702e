"""What turns four tabs into an hour of teaching: lessons, questions, presentation, help."""
