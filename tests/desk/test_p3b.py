from tests.desk.furnished import furnished, SPACED
from tests.desk.conftest import *
from syncd.records.roles import Role
async def test_x(build):
    house = await furnished(build)
    b = await house.signed_in(Role.OPERATOR)
    a = await b.get("/index?period=2026&brings=gains")
    i=a.words.index("What would it bring? Choose"); print(a.words[i:i+3000])
    a = await b.get("/publications?q=hoc+phi"); print(a.words[900:])
    import re
    print(re.findall(r'name="mend" value="([^"]+)"', (await b.get("/index?period=2026-10")).text)[:5])
