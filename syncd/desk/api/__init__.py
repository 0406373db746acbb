"""The API: the same questions and acts as the pages, for programs, as JSON under ``/api/v1``.

In: an API token with scopes. Out: frozen answers of `syncd.answers`, paged by cursors, with strong ETags; problems of
RFC 9457; and one OpenAPI document, written from the same table that routes requests.
"""
