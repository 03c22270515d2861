from tests import make
import pytest
from schools.models import Role
pytestmark = pytest.mark.django_db
@pytest.mark.parametrize("path",["/schools/","/schools/?scope=england","/people/","/people/add/","/trust/settings/","/office/","/office/settings/","PLACE","PLACEyear-groups/","PLACEsettings/","ROLE"])
def test_smoke(client,path):
    place=make.place(); 
    m=make.membership(place,Role.HEAD)
    who=make.member(place.trust,Role.ADMIN); make.member(place.trust,Role.TRUST_LEAD,who=who)
    client.force_login(who)
    path=path.replace("PLACE",f"/schools/{place.urn}/").replace("ROLE",f"/people/{m.public_id}/")
    r=client.get(path)
    assert r.status_code==200, r.text[:2000]
