"""The language server: what an editor asks about a text, answered from the same passes as every other command.

Services are functions of a text and a position and know no protocol; `kspec.lsp.features` puts them behind LSP.
"""
