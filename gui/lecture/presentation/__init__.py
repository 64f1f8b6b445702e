"""Before an audience: full screen, few controls, a pointer, a pen, and a dark screen."""
