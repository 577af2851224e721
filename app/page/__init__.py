"""One file per page; each is a script that Streamlit runs from top to bottom.

The folder is not called ``pages``: Streamlit takes a folder of that name beside the main script for its older kind of
multi-page app, and would run a page without ``main.py`` when it is the first to be opened.
"""
