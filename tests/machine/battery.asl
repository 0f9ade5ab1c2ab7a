// A worn battery, half full, and a mains adapter that is not plugged in.
DefinitionBlock ("", "SSDT", 2, "REBOND", "BATTERY", 1)
{
  Scope (\_SB)
  {
    Device (BAT0)
    {
      Name (_HID, EisaId ("PNP0C0A"))
      Name (_UID, 0)
      Name (_PCL, Package () { \_SB })
      Method (_STA) { Return (0x1F) }
      // Power unit mW: design 50 Wh, full 31 Wh, 412 cycles.
      Method (_BIX)
      {
        Return (Package ()
        {
          1, 0, 50000, 31000, 1, 11400, 3000, 1000, 412, 95000, 1000, 1000,
          1000, 1000, 100, 100, "EX-BATTERY", "EX-BAT-0001", "LION", "EXEMPLE", 0
        })
      }
      Method (_BST) { Return (Package () { 1, 9000, 24800, 11550 }) }
    }
    Device (ADP0)
    {
      Name (_HID, "ACPI0003")
      Name (_PCL, Package () { \_SB })
      Method (_PSR) { Return (0) }
      Method (_STA) { Return (0x0F) }
    }
  }
}
