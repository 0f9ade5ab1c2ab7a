#!/bin/sh
# The first process of a guest: what a system does before its services, then the
# orders that the emulator hands in (fw_cfg), and what came of them on the console.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts && mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
say() { printf '\nGUEST %s %s\n' "$1" "$(cut -d' ' -f1 /proc/uptime)" >/dev/console; }
say started
/lib/systemd/systemd-udevd --daemon
udevadm trigger --type=subsystems --action=add
udevadm trigger --type=devices --action=add
udevadm settle --timeout=20
ip link set lo up
ip link set eth0 up
ip address add 10.0.2.15/24 dev eth0
ip route add default via 10.0.2.2
say ready
modprobe qemu_fw_cfg
orders=/sys/firmware/qemu_fw_cfg/by_name/opt/rebond/orders/raw
[ -e "$orders" ] && cat "$orders" >/run/orders && . /run/orders >/dev/console 2>&1
say done
sync
echo o >/proc/sysrq-trigger
sleep 60
