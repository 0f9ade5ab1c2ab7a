# Orders of an emulated machine: a modem on a USB gadget, an operator's network behind it,
# and Debian's own ModemManager and NetworkManager that go over it.
mkdir -p /run/far /run/lock
tar -xf /sys/firmware/qemu_fw_cfg/by_name/opt/rebond/far/raw -C /run/far
export PYTHONPATH=/usr/share/rebond-agent:/run/far
cat > /etc/udev/rules.d/99-modem.rules <<'RULE'
ENV{ID_VENDOR_ID}=="12d1", ENV{ID_MM_DEVICE_PROCESS}="1"
RULE
cat > /etc/NetworkManager/NetworkManager.conf <<'CONF'
[main]
plugins=keyfile
dns=none
[keyfile]
unmanaged-devices=interface-name:eth0
CONF
printf 'orange operator s3cret *\n' > /etc/ppp/pap-secrets
chmod 600 /etc/ppp/pap-secrets
udevadm control --reload
modprobe -a cdc_acm dummy_hcd ppp_async
modprobe g_serial use_acm=1 idVendor=0x12d1 idProduct=0x1001
ip netns add operator
ip -n operator link set lo up
ip -n operator address add 10.64.0.1/32 dev lo
ip netns exec operator python3 -m tests.agent.modem.farside 10.64.0.1 &
python3 -m tests.machine.gadget >/run/modem.log 2>&1 &
mkdir -p /run/dbus
dbus-uuidgen --ensure
dbus-daemon --system --fork
/usr/lib/polkit-1/polkitd --no-debug &
for turn in $(seq 60); do
  dbus-send --system --print-reply --dest=org.freedesktop.DBus / \
    org.freedesktop.DBus.GetNameOwner string:org.freedesktop.PolicyKit1 \
    >/dev/null 2>&1 && break
  sleep 1
done
udevadm trigger --action=add
udevadm settle --timeout=20
/usr/sbin/ModemManager >/run/mm.log 2>&1 &
NetworkManager --no-daemon >/run/nm.log 2>&1 &
for turn in $(seq 120); do
  mmcli -L 2>/dev/null | grep -q /Modem/ && break
  sleep 1
done
say "managed $turn"
lsusb
(echo 0451; sleep 600) | python3 -m tests.agent.modem.watching >/run/watched.log 2>&1 &
until grep -q watching /run/watched.log; do sleep 1; done
python3 - <<'TRY'
from pathlib import Path
from agent.collect.around import Around
from agent.connected import Asks, Connectivity
from agent.identity import Server
from agent.modem.trying import Ground, try_line
from agent.words import Words
from tests.agent.modem.simulator import ICCID
asked = Connectivity(
    iccid=ICCID, apn="orange.fr", username="orange", password="s3cret", auth=Asks.PAP,
    pin="0451", page="http://bench.example/connected/",
)
ground = Ground(
    around=Around(), state=Path("/run/state"), server=Server(address="http://bench.example"),
    words=Words(is_french=False), told=lambda step: print("STEP", step, flush=True),
)
for _turn in range(2):
    print("CAME", try_line(ground, asked).to_bytes().decode())
TRY
say tried
sed 's/^/LEFT /' /etc/NetworkManager/system-connections/*
grep -h HEARD /run/modem.log
grep -h 'AuthReq\|rcvd.*TermReq' /run/operator.log
sleep 60.0451 &
until grep -q sleep /run/watched.log; do sleep 1; done
sed 's/^/WATCHED /' /run/watched.log
tail -n 20 /run/mm.log
tail -n 20 /run/nm.log
