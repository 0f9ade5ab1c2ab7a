"""Names that Debian’s keyboards and languages have: what a machine can be asked.

Names alone, as xkeyboard-config 2.35 and the C library 2.36 spell them; those that a
step has no form for are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Of each keyboard that has any.
_VARIANTS: Final = """
us: chr haw euro intl alt-intl colemak colemak_dh colemak_dh_iso dvorak dvorak-intl
  dvorak-alt-intl dvorak-l dvorak-r dvorak-classic dvp dvorak-mac symbolic rus mac
  altgr-intl olpc2 hbs norman workman workman-intl
af: ps uz ps-olpc fa-olpc uz-olpc
ara: azerty azerty_digits digits qwerty qwerty_digits buckwalter olpc mac
al: plisi veqilharxhi
am: phonetic phonetic-alt eastern western eastern-alt
at: nodeadkeys mac
az: cyrillic
by: legacy latin ru intl
be: oss oss_latin9 iso-alternate nodeadkeys wang
bd: probhat
in: ben ben_probhat ben_baishakhi ben_bornona ben_gitanjali ben_inscript eeyek guj
  guru jhelum kan kan-kagapa mal mal_lalitha mal_enhanced ori ori-bolnagri ori-wx olck
  tam_tamilnet tam tel tel-kagapa tel-sarala urd-phonetic urd-phonetic3 urd-winkeys
  bolnagri hin-wx hin-kagapa san-kagapa mar-kagapa eng iipa marathi
ba: alternatequotes unicode unicodeus us
br: nodeadkeys dvorak nativo nativo-us nativo-epo thinkpad
bg: phonetic bas_phonetic bekl
dz: azerty-deadkeys qwerty-gb-deadkeys qwerty-us-deadkeys ber ar
ma: french tifinagh tifinagh-alt tifinagh-extended tifinagh-phonetic rif
cm: french qwerty azerty dvorak mmuock
mm: zawgyi shn zgt mnw mnw-a1
ca: fr-dvorak fr-legacy multix multi multi-2gr ike eng
cn: mon_trad mon_trad_todo mon_trad_xibe mon_trad_manchu mon_trad_galik mon_todo_galik
  mon_manchu_galik tib tib_asciinum ug altgr-pinyin
hr: alternatequotes unicode unicodeus us
cz: bksl qwerty qwerty_bksl qwerty-mac ucw dvorak-ucw rus
dk: nodeadkeys winkeys mac mac_nodeadkeys dvorak
nl: us mac std
ee: nodeadkeys dvorak us
ir: pes_keypad ku ku_f ku_alt ku_ara
iq: ku ku_f ku_alt ku_ara
fo: nodeadkeys
fi: winkeys classic nodeadkeys smi mac
fr: nodeadkeys oss oss_latin9 oss_nodeadkeys latin9 latin9_nodeadkeys bepo bepo_latin9
  bepo_afnor dvorak mac azerty afnor bre oci geo us
gh: generic akan ewe fula ga hausa avn gillbt
ge: ergonomic mess ru os
de: deadacute deadgraveacute nodeadkeys e1 e2 us ro ro_nodeadkeys dvorak neo mac
  mac_nodeadkeys dsb dsb_qwertz qwerty tr ru deadtilde
gr: simple extended nodeadkeys polytonic
hu: standard nodeadkeys qwerty 101_qwertz_dot_dead 101_qwerty_dot_dead
  102_qwertz_dot_dead 102_qwerty_dot_dead
is: mac_legacy mac dvorak
il: lyx phonetic biblical
it: nodeadkeys winkeys mac us geo ibm intl scn fur
jp: kana kana86 mac dvorak
kg: phonetic
kz: ruskaz kazrus ext latin
la: stea
latam: nodeadkeys deadtilde dvorak colemak colemak-gaming
lt: std us ibm lekp lekpa sgs ratise
lv: apostrophe tilde fkey modern ergonomic adapted
me: cyrillic cyrillicyz latinunicode latinyz latinunicodeyz latinalternatequotes
mk: nodeadkeys
mt: us alt-us alt-gb
no: nodeadkeys winkeys dvorak smi smi_nodeadkeys mac mac_nodeadkeys colemak
pl: legacy qwertz dvorak dvorak_quotes dvorak_altquotes csb szl ru_phonetic_dvorak dvp
pt: nodeadkeys mac mac_nodeadkeys nativo nativo-us nativo-epo
ro: std winkeys
ru: phonetic phonetic_winkeys typewriter legacy typewriter-legacy tt os_legacy
  os_winkeys cv cv_latin udm kom sah xal dos mac srp bak chm phonetic_azerty
  phonetic_dvorak phonetic_fr
rs: yz latin latinunicode latinyz latinunicodeyz alternatequotes latinalternatequotes
  rue
si: alternatequotes us
sk: bksl qwerty qwerty_bksl
es: nodeadkeys winkeys deadtilde dvorak ast cat mac
se: nodeadkeys dvorak rus rus_nodeadkeys smi mac svdvorak us_dvorak us swl
ch: legacy de_nodeadkeys fr fr_nodeadkeys fr_mac de_mac
sy: syc syc_phonetic ku ku_f ku_alt
tj: legacy
lk: tam_unicode us
th: tis pat
tr: f alt ku ku_f ku_alt intl ot otf otk otkf
tw: indigenous saisiyat
ua: phonetic typewriter winkeys legacy rstu rstu_ru homophonic crh crh_f crh_alt
gb: extd intl dvorak dvorakukp mac mac_intl colemak colemak_dh pl gla
uz: latin
vn: us fr
kr: kr104
ie: ogam ogam_is434
pk: urd-crulp urd-nla ara snd
epo: legacy
ng: igbo yoruba hausa
brai: left_hand left_hand_invert right_hand right_hand_invert
tm: alt
ml: fr-oss us-mac us-intl
ke: kik
ph: qwerty-bay capewell-dvorak capewell-dvorak-bay capewell-qwerf2k6 colemak
  colemak-bay dvorak dvorak-bay
md: gag
id: phonetic phoneticx
my: phonetic
"""
_LANGUAGES: Final = """
aa_DJ aa_ER aa_ET af_ZA agr_PE ak_GH am_ET an_ES anp_IN ar_AE ar_BH ar_DZ ar_EG ar_IN
ar_IQ ar_JO ar_KW ar_LB ar_LY ar_MA ar_OM ar_QA ar_SA ar_SD ar_SS ar_SY ar_TN ar_YE
as_IN ast_ES ayc_PE az_AZ az_IR be_BY bem_ZM ber_DZ ber_MA bg_BG bhb_IN bho_IN bho_NP
bi_VU bn_BD bn_IN bo_CN bo_IN br_FR brx_IN bs_BA byn_ER ca_AD ca_ES ca_FR ca_IT ce_RU
chr_US ckb_IQ cmn_TW crh_UA cs_CZ csb_PL cv_RU cy_GB da_DK de_AT de_BE de_CH de_DE
de_IT de_LI de_LU doi_IN dsb_DE dv_MV dz_BT el_CY el_GR en_AG en_AU en_BW en_CA en_DK
en_GB en_HK en_IE en_IL en_IN en_NG en_NZ en_PH en_SC en_SG en_US en_ZA en_ZM en_ZW
es_AR es_BO es_CL es_CO es_CR es_CU es_DO es_EC es_ES es_GT es_HN es_MX es_NI es_PA
es_PE es_PR es_PY es_SV es_US es_UY es_VE et_EE eu_ES eu_FR fa_IR ff_SN fi_FI fil_PH
fo_FO fr_BE fr_CA fr_CH fr_FR fr_LU fur_IT fy_DE fy_NL ga_IE gd_GB gez_ER gez_ET gl_ES
gu_IN gv_GB ha_NG hak_TW he_IL hi_IN hif_FJ hne_IN hr_HR hsb_DE ht_HT hu_HU hy_AM
ia_FR id_ID ig_NG ik_CA is_IS it_CH it_IT iu_CA ja_JP ka_GE kab_DZ kk_KZ kl_GL km_KH
kn_IN ko_KR kok_IN ks_IN ku_TR kw_GB ky_KG lb_LU lg_UG li_BE li_NL lij_IT ln_CD lo_LA
lt_LT lv_LV lzh_TW mag_IN mai_IN mai_NP mfe_MU mg_MG mhr_RU mi_NZ miq_NI mjw_IN mk_MK
ml_IN mn_MN mni_IN mnw_MM mr_IN ms_MY mt_MT my_MM nan_TW nb_NO nds_DE nds_NL ne_NP
nhn_MX niu_NU niu_NZ nl_AW nl_BE nl_NL nn_NO nr_ZA nso_ZA oc_FR om_ET om_KE or_IN
os_RU pa_IN pa_PK pap_AW pap_CW pl_PL ps_AF pt_BR pt_PT quz_PE raj_IN rif_MA ro_RO
ru_RU ru_UA rw_RW sa_IN sah_RU sat_IN sc_IT sd_IN se_NO sgs_LT shn_MM shs_CA si_LK
sid_ET sk_SK sl_SI sm_WS so_DJ so_ET so_KE so_SO sq_AL sq_MK sr_ME sr_RS ss_ZA st_ZA
sv_FI sv_SE sw_KE sw_TZ szl_PL ta_IN ta_LK tcy_IN te_IN tg_TJ th_TH the_NP ti_ER ti_ET
tig_ER tk_TM tl_PH tn_ZA to_TO tpi_PG tr_CY tr_TR ts_ZA tt_RU ug_CN uk_UA unm_US ur_IN
ur_PK uz_UZ ve_ZA vi_VN wa_BE wae_CH wal_ET wo_SN xh_ZA yi_US yo_NG yue_HK yuw_PG
zh_CN zh_HK zh_SG zh_TW zu_ZA
"""


def _by_keyboard(text: str) -> Mapping[str, tuple[str, ...]]:
    lines = (line.partition(": ") for line in text.replace("\n  ", " ").split("\n"))
    return {name: tuple(said.split()) for name, _colon, said in lines if name}


VARIANTS: Final = _by_keyboard(_VARIANTS)
LANGUAGES: Final = frozenset(f"{name}.UTF-8" for name in _LANGUAGES.split())
