package money_test

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/money"
)

// Every row of the file was written by another implementation of CLDR.
func TestFormatAgreesWithIntl(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/formats.tsv")
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	unescape := strings.NewReplacer(`\u00a0`, "\u00a0", `\u202f`, "\u202f")
	rows := 0
	for s := bufio.NewScanner(file); s.Scan(); {
		if strings.HasPrefix(s.Text(), "#") {
			continue
		}
		f := strings.Split(s.Text(), "\t")
		require.Len(t, f, 4)
		minor, err := strconv.ParseInt(f[1], 10, 64)
		require.NoError(t, err)
		a := money.New(minor, money.MustCurrency(f[2]))
		require.Equal(t, unescape.Replace(f[3]), money.Format(a, f[0]), "%s in %s", a, f[0])
		rows++
	}
	require.Equal(t, 800, rows)
}

func TestFormatOfOtherLocales(t *testing.T) {
	t.Parallel()
	a := money.EUR(-1234_50)
	require.Equal(t, "-1.234,50\u00a0€", money.Format(a, "de-DE"))
	require.Equal(t, "-€\u00a01.234,50", money.Format(a, "de_AT"))
	require.Equal(t, "-€1,234.50", money.Format(a, "en-GB"))
	require.Equal(t, "-EUR\u00a01,234.50", money.Format(a, "xx"))
	require.Equal(t, "EUR\u00a00.05", money.Format(money.EUR(5), ""))
}

func TestFormatHidesNothing(t *testing.T) {
	t.Parallel()
	huf := money.MustCurrency("HUF")
	require.Equal(t, "HUF\u00a01,234", money.Format(money.New(1234_00, huf), "en"))
	require.Equal(t, "HUF\u00a01,234.50", money.Format(money.New(1234_50, huf), "en"))
}

func TestEveryListedLocaleIsInTheTable(t *testing.T) {
	t.Parallel()
	unknown := money.Format(money.EUR(1234567_89), "xx")
	for _, l := range money.Locales() {
		require.NotEqual(t, unknown, money.Format(money.EUR(1234567_89), l), l)
	}
}
