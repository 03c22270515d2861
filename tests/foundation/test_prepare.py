"""What `bin/run` and `bin/test` do about Debian packages that are missing, on a machine made of stand-ins."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TOOLS = ("bash", "cat", "echo", "grep", "mktemp", "rm", "xargs")
LIBRARIES = ("libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0", "libatomic.so.1")
WANTED = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
LINE = f"apt-get update && apt-get install --yes --no-install-recommends {' '.join(WANTED)}"


class Machine:
    """A PATH with nothing on it but what is put there; what is called of it is written down."""

    def __init__(self, folder):
        self.bin = folder / "bin"
        self.log = folder / "called"
        self.libraries = folder / "libraries"
        self.bin.mkdir()
        self.log.touch()
        self.libraries.touch()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        self.has("python3", "exit 0")
        self.has("ldconfig", f"cat {self.libraries}")
        self.has("useradd", "exit 0")

    def has(self, name, does):
        script = self.bin / name
        script.write_text(f"#!{self.bin}/bash\n{does}\n")
        script.chmod(0o755)

    def has_apt(self):
        libraries = " ".join(LIBRARIES)
        self.has("apt-get", f'echo "apt-get $*" >>{self.log}\nprintf "%s\\n" {libraries} >{self.libraries}')

    def is_of(self, user_number):
        self.has("id", f"echo {user_number}")

    def prepare(self):
        return subprocess.run(
            [self.bin / "bash", "-c", "source bin/prepare.sh && install_packages && echo done"],
            cwd=ROOT,
            env={"PATH": str(self.bin), "HOME": os.devnull},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def called(self):
        return self.log.read_text().splitlines()


@pytest.fixture
def machine(tmp_path):
    made = Machine(tmp_path)
    made.is_of(1000)
    made.has_apt()
    return made


@pytest.fixture(autouse=True)
def _debian_has_the_rest():
    for path in ("/usr/share/zoneinfo/Europe/London", "/etc/ssl/certs/ca-certificates.crt"):
        if not Path(path).exists():
            pytest.fail(f"{path} is missing on this machine, so the packages asked for would be others.")


def test_without_root_or_sudo_it_stops_with_the_line_to_type_and_installs_nothing(machine):
    stopped = machine.prepare()
    assert stopped.returncode == 1
    assert stopped.stderr == f"TrustAI needs packages that only root can install. As root, type:\n    {LINE}\n"
    assert (stopped.stdout, machine.called()) == ("", [])


def test_a_sudo_that_would_ask_for_a_password_nobody_can_type_is_no_sudo(machine):
    machine.has("sudo", f'echo "sudo $*" >>{machine.log}\nexit 1')
    stopped = machine.prepare()
    assert stopped.returncode == 1
    assert stopped.stderr.endswith(f"As root, type:\n    {LINE}\n")
    assert machine.called() == ["sudo -n true"]


def test_with_sudo_it_installs_through_apt(machine):
    machine.has("sudo", f'echo "sudo $1" >>{machine.log}\n[ "$1" = -n ] || "$@"')
    done = machine.prepare()
    assert (done.returncode, done.stdout) == (0, "done\n")
    assert machine.called() == ["sudo -n", "sudo bash", *installed()]


def test_as_root_it_installs_through_apt(machine):
    machine.is_of(0)
    done = machine.prepare()
    assert (done.returncode, done.stdout) == (0, "done\n")
    assert machine.called() == installed()


def installed():
    wait = "-o DPkg::Lock::Timeout=300"
    return [f"apt-get {wait} update", f"apt-get {wait} install --yes --no-install-recommends {' '.join(WANTED)}"]


def test_an_installation_that_brought_not_all_is_said(machine):
    machine.is_of(0)
    machine.has("apt-get", "exit 0")
    stopped = machine.prepare()
    assert stopped.returncode == 1
    assert f"Still missing after the installation: {' '.join(WANTED)}" in stopped.stderr


def test_where_there_is_no_apt_it_names_the_packages(machine):
    (machine.bin / "apt-get").unlink()
    stopped = machine.prepare()
    assert stopped.returncode == 1
    assert stopped.stderr.endswith(f"On Debian: {' '.join(WANTED)}\n")


def test_where_nothing_is_missing_nothing_is_called(machine):
    machine.libraries.write_text("\n".join(LIBRARIES))
    done = machine.prepare()
    assert (done.returncode, done.stdout, machine.called()) == (0, "done\n", [])


def test_a_python_that_is_too_old_is_asked_for_by_debians_name(machine):
    machine.has("python3", "exit 1")
    machine.libraries.write_text("\n".join(LIBRARIES))
    stopped = machine.prepare()
    assert stopped.stderr.endswith("--no-install-recommends python3 python3-venv\n")
