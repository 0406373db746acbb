"""The city's own sign-in (OpenID Connect): the authorization code flow with PKCE, as a relying party.

In: one provider's address and this desk's id there. Out: who somebody is, once every proof of it was checked. Nobody
gets an account by it: it only opens those that are here.
"""
