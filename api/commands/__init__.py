"""Commands of the command line, one module per noun; each calls the same workflows as the API."""
