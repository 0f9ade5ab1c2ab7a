#!/bin/sh
# A hook of mmdebstrap, whose $1 is the guest's root: the kernel, the modules of the
# emulated machine's parts with what they need, and nothing that no test looks at.
set -eu
root=$1
parts="ac ahci battery button crc32c e1000 evdev ext4 ftdi_sio i2c_i801 iscsi_tcp nvme nvme_tcp
  qemu_fw_cfg sch_tbf sd_mod sg tpm_tis usb_storage vfat xhci_pci nls_ascii nls_cp437 nls_utf8
  cdc_acm dummy_hcd g_serial ppp_async ppp_deflate usb_f_acm"

# Unpacked, not installed: an installed kernel makes an initramfs of its own.
export APT_CONFIG="$MMDEBSTRAP_APT_CONFIG"
kernel=$(apt-cache depends --important linux-image-amd64 | sed -n 's/.*Depends: //p')
(cd "$root/tmp" && apt-get download "$kernel")
dpkg-deb --extract "$root"/tmp/linux-image-*.deb "$root/tmp/kernel"
version=$(ls "$root/tmp/kernel/lib/modules")
modules=lib/modules/$version
chroot "$root" depmod --basedir /tmp/kernel "$version"
# shellcheck disable=SC2086  # the parts are words
chroot "$root" modprobe --dirname /tmp/kernel --set-version "$version" \
  --show-depends --all $parts | sed -n 's|^insmod /tmp/kernel/\([^ ]*\).*|\1|p' |
  sort -u | while read -r module; do
    install -D "$root/tmp/kernel/$module" "$root/$module"
  done
cp "$root/tmp/kernel/$modules"/modules.builtin* "$root/tmp/kernel/$modules/modules.order" "$root/$modules/"
chroot "$root" depmod "$version"
mkdir -p "$root/boot"
mv "$root"/tmp/kernel/boot/vmlinuz-* "$root/boot/vmlinuz"
rm -r "$root"/tmp/* "$root/var/cache" "$root/var/lib/apt" "$root/usr/share/zoneinfo" \
  "$root/usr/share/lintian"
[ -e "$root/usr/bin/fusioninventory-inventory" ] || rm -r "$root/usr/share/perl"
