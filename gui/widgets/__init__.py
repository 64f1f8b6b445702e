"""Reusable widgets that know no topic: any tab can use them, none of them knows a tab."""
