"""The pages: they read widgets, call ``explorer``, and show. No arithmetic here."""
