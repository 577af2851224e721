"""The composer: what stands on the desk, its outline, the forms that change it, its text, and what becomes of it."""
