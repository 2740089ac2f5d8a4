package shipping

import (
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// format is what tracking numbers of one kind look like. The group s of a
// pattern is what the checksum is over, and c its result; without them it is over
// the whole number.
type format struct {
	carrier, name string
	// patterns are tried in turn; the first that matches decides.
	patterns []string
	check    checksum
	// url is the carrier's page, with %s for the number.
	url string
}

const (
	urlDHL   = "https://www.dhl.com/en/express/tracking.html?brand=DHL&AWB=%s"
	urlDPD   = "https://www.dpdgroup.com/nl/mydpd/my-parcels/track?lang=en&parcelNumber=%s"
	urlFedEx = "https://www.fedex.com/apps/fedextrack/?tracknumbers=%s"
	urlODFL  = "https://www.odfl.com/us/en/tools/trace-track-ltl-freight/trace.html?proNumbers=%s"
	urlUPS   = "https://wwwapps.ups.com/WebTracking/track?track=yes&trackNums=%s"
	urlUSPS  = "https://tools.usps.com/go/TrackConfirmAction?tLabels=%s"
	urlPuro  = "https://www.purolator.com/en/shipping/tracker?searchValue=%s"
	urlTrac  = "https://www.ontrac.com/tracking/?number=%s"

	// What follows the service code of an Intelligent Mail package barcode: the
	// number of a shipper of nine digits or of six, and that of the parcel.
	impbBody = `(?:9\d{8}(?:\d{15}|\d{11}|\d{7})|[0-8]\d{5}(?:\d{14}|\d{10}))`
	impb22   = `(?:9\d{8}\d{7}|[0-8]\d{5}\d{10})`
	impb26   = `(?:9\d{8}\d{11}|[0-8]\d{5}\d{14})`
)

// impb returns the patterns of barcodes that begin so, alone and after the
// postcode of the destination.
func impb(begin string) []string {
	return []string{
		`420\d{9}(?P<s>` + begin + impb22 + `)(?P<c>\d)`,
		`420\d{5}(?P<s>` + begin + `(?:` + impb22 + `|` + impb26 + `))(?P<c>\d)`,
		`(?P<s>` + begin + impbBody + `)(?P<c>\d)`,
	}
}

// formats returns the formats that are known, those of one carrier together.
// They are those of github.com/jkeen/tracking_number_data; see NOTICE.
func formats() []format { //nolint:funlen // a table
	one := func(p string) []string { return []string{p} }
	astra := []int{3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1}
	ground := []int{1, 7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1}
	return []format{
		{"amazon", "Amazon Logistics", one(`TB[ACM]\d{12}`), nil, ""},
		{"amazon", "Amazon International", one(`[AFC]\d{10}`), nil, ""},
		{"canada_post", "Canada Post (16)", one(`(?P<s>\d{15})(?P<c>\d)`), mod10(3, 1), "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor=%s"},
		{"canpar", "Canpar (22)", one(`[CDKLSUXZ]\d{21}`), nil, "https://www.canpar.com/en/track/tracking.jsp?reference=%s&locale=en"},
		{"dhl", "DHL Express", one(`(?P<s>\d{9,10})(?P<c>\d)`), mod7(), urlDHL},
		{"dhl", "DHL Express (Piece ID)", one(`J[A-Z]{2,3}\d{9,10}`), nil, urlDHL},
		{"dhl", "DHL E-Commerce", one(`(?:GM|LX|RX|UV|CN|SG|TH|IN|HK|MY)[A-Z]{0,38}\d[0-9A-Z]{0,38}`), atLeast(12, 41), urlDHL},
		{"dhl", "DHL E-Commerce (14)", one(`\d{14}`), nil, urlDHL},
		{"dpd", "DPD (28)", one(`(?P<s>\d{27})(?P<c>[0-9A-Z])`), mod3736(), urlDPD},
		{"dpd", "DPD (14)", one(`(?P<s>\d{14})(?P<c>[0-9A-Z])`), mod3736(), urlDPD},
		{"fedex", "FedEx Express (12)", one(`(?P<s>\d{11})(?P<c>\d)`), weighted(astra...), urlFedEx},
		{"fedex", "FedEx Express (34)", one(`[0-8]\d{19}(?P<s>\d{13})(?P<c>\d)`), weighted(ground...), urlFedEx},
		{"fedex", "FedEx ASTRA (32)", one(`3\d{15}(?P<s>\d{11})(?P<c>\d)\d{4}`), weighted(astra...), urlFedEx},
		{"fedex", "FedEx Ground", one(`(?P<s>\d{14})(?P<c>\d)`), mod10(1, 3), urlFedEx},
		{"fedex", "FedEx Ground (SSCC-18)", one(`\d{2}(?P<s>\d{15})(?P<c>\d)`), mod10(3, 1), urlFedEx},
		{"fedex", "FedEx Ground 96 (22)", one(`96\d{5}(?P<s>\d{14})(?P<c>\d)`), mod10(1, 3), urlFedEx},
		{"fedex", "FedEx Ground GSN", one(`96\d{18}(?P<s>\d{13})(?P<c>\d)`), weighted(ground...), urlFedEx},
		{"gofo", "Gofo", one(`GFUS\d{14}`), nil, "https://www.gofoexpress.com/tracking.html?searchID=%s"},
		{"landmark", "Landmark Global", one(`LTN\d{8}N1`), nil, "https://track.landmarkglobal.com/?search=%s"},
		{"lasership", "LaserShip LX", one(`L[AIEHNX][1-3]\d{7}`), nil, ""},
		{"lasership", "LaserShip 1LS7 (15)", one(`1LS7[12]\d{10}`), nil, ""},
		{"lasership", "LaserShip 1LS7 (18)", one(`1LS7[12]\d{2}01[1234]\d{6}-1`), nil, ""},
		{"lasership", "LaserShip 1LSCX (15)", one(`1LSCX[0-9A-Z]{10}`), nil, ""},
		{"old_dominion", "Old Dominion", one(`(?P<s>(?:77[78]|072|780)\d{7})(?P<c>\d)`), luhn(), urlODFL},
		{"old_dominion", "Old Dominion Guaranteed", one(`(?P<s>80\d{8})(?P<c>\d)`), luhn(), urlODFL},
		{"ontrac", "OnTrac", one(`C(?P<s>\d{13})(?P<c>\d)`), begun("4", mod10(1, 2)), urlTrac},
		{"ontrac", "OnTrac D", one(`D(?P<s>\d{13})(?P<c>\d)`), begun("5", mod10(1, 2)), urlTrac},
		{"purolator", "Purolator (12)", one(`(?P<s>[0-5]\d{10})(?P<c>\d)`), luhn(), urlPuro},
		{"purolator", "Purolator (alpha + 9)", one(`[A-Z]{3}\d{9}`), nil, urlPuro},
		{"s10", "Universal Postal Union S10", one(`[A-Z]{2}(?P<s>\d{8})(?P<c>\d)(?:` + s10Countries + `)`), s10(), ""},
		{"speedee", "Spee-Dee (20)", one(`SP\d{18}`), nil, "https://www.speedeedelivery.com/track/?tracking=%s"},
		{"ups", "UPS", one(`1Z(?P<s>[0-9A-Z]{15})(?P<c>\d)`), mod10(1, 2), urlUPS},
		{"ups", "UPS Waybill", one(`[AHJKTV](?P<s>\d{9})(?P<c>\d)`), mod10(1, 2), urlUPS},
		{"usps", "USPS 20", one(`(?P<s>\d{19})(?P<c>\d)`), mod10(3, 1), urlUSPS},
		{"usps", "USPS IMpb N", impb(`94\d{3}`), mod10Back(3, 1), urlUSPS},
		{"usps", "USPS Legacy", one(`(?:420\d{5}(?:\d{4})?)?(?P<s>(?:91)?\d{19})(?P<c>\d)`), begun("91", mod10(3, 1)), urlUSPS},
		{"usps", "USPS IMpb C", impb(`9[235]\d{3}`), mod10(3, 1), urlUSPS},
		{"yodel", "Yodel", one(`JJ?D\d{16}`), nil, "https://www.yodel.co.uk/tracking/%s"},
		{"yunexpress", "YunExpress", one(`YT\d{16}`), nil, "https://www.yuntrack.com/parcelTracking?id=%s"},
	}
}

// s10Countries are the members of the Universal Postal Union.
const s10Countries = "AF|AL|DZ|AO|AG|AR|AM|AU|AT|AZ|BS|BH|BD|BB|BY|BE|BZ|BJ|BT|BO|BA|BW|BR|BN|BG|BF|BI|KH|CM|CA|CV|CF|TD|CL|CN|HK|" +
	"CO|KM|CG|CR|HR|CU|CY|CZ|CI|KP|CD|DK|DJ|DM|DO|EC|EG|SV|GQ|ER|EE|ET|FJ|FI|FR|GA|GM|GE|DE|GH|GB|GR|GD|GT|GN|GW|GY|HT|HN|HU|IS|" +
	"IN|ID|IR|IQ|IE|IL|IT|JM|JP|JO|KZ|KE|KI|KR|KW|KG|LA|LV|LB|LS|LR|LY|LI|LT|LU|MG|MW|MY|MV|ML|MT|MR|MU|MX|MD|MC|MN|ME|MA|MZ|MM|" +
	"NA|NR|NP|NL|NZ|NI|NE|NG|NO|OM|PK|PA|PG|PY|PE|PH|PL|PT|QA|RO|RU|RW|KN|LC|VC|WS|SM|ST|SA|SN|RS|SC|SL|SG|SK|SI|SB|SO|ZA|SS|ES|" +
	"LK|SD|SR|SZ|SE|CH|SY|TJ|TZ|TH|MK|TL|TG|TO|TT|TN|TR|TM|TV|UG|UA|AE|US|UY|UZ|VU|VA|VE|VN|YE|ZM|ZW"

// atLeast is no checksum but bounds the length of the whole number.
func atLeast(lo, hi int) checksum {
	return func(number string, _ byte) bool { return len(number) >= lo && len(number) <= hi }
}

// known is a format whose patterns are compiled.
type known struct {
	format
	compiled []*regexp.Regexp
}

// compiledFormats compiles all patterns once; they are constants.
//
//nolint:gochecknoglobals // a cache of constants
var compiledFormats = sync.OnceValue(func() []known {
	all := formats()
	out := make([]known, len(all))
	for i, f := range all {
		out[i].format = f
		for _, p := range f.patterns {
			out[i].compiled = append(out[i].compiled, regexp.MustCompile("^"+p+"$"))
		}
	}
	return out
})

// fits reports whether a number is of this format.
func (k known) fits(number string) bool {
	for _, re := range k.compiled {
		m := re.FindStringSubmatch(number)
		if m == nil {
			continue
		}
		if k.check == nil {
			return true
		}
		s, c := re.SubexpIndex("s"), re.SubexpIndex("c")
		if s < 0 {
			return k.check(number, 0)
		}
		return k.check(m[s], m[c][0])
	}
	return false
}

// Number returns the canonical form of a tracking number as people and carriers
// write it: without spaces and in capitals.
func Number(written string) string {
	return strings.ToUpper(strings.Join(strings.Fields(written), ""))
}

// maxNumber is longer than any number of a known format.
const maxNumber = 64

// Carriers returns the codes of the carriers whose numbers look like this one,
// in alphabetical order: none, one or several. No format tells everything: a
// carrier may have numbers that are not known here.
func Carriers(number string) []string {
	number = Number(number)
	if len(number) > maxNumber {
		return nil
	}
	var out []string
	for _, k := range compiledFormats() {
		if (len(out) == 0 || out[len(out)-1] != k.carrier) && k.fits(number) {
			out = append(out, k.carrier)
		}
	}
	return out
}

// HasFormats reports whether it is known what the numbers of a carrier look
// like.
func HasFormats(carrier string) bool {
	for _, k := range compiledFormats() {
		if k.carrier == carrier {
			return true
		}
	}
	return false
}

// Fits reports whether a tracking number looks like one of a carrier. It is
// false for a carrier without known formats.
func Fits(carrier, number string) bool {
	number = Number(number)
	if len(number) > maxNumber {
		return false
	}
	for _, k := range compiledFormats() {
		if k.carrier == carrier && k.fits(number) {
			return true
		}
	}
	return false
}

// TrackingURL returns the page on which a carrier shows where the parcel with a
// number is, or "" if none is known.
func TrackingURL(carrier, number string) string {
	if number == "" {
		return ""
	}
	for _, k := range compiledFormats() {
		if k.carrier == carrier && k.url != "" {
			return strings.Replace(k.url, "%s", url.QueryEscape(number), 1)
		}
	}
	return ""
}
