package catalog_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/catalog"
)

func TestWordsAreFolded(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Grüne T-Shirts, 100 % Baumwolle": "grune t shirts 100 baumwolle",
		"STRASSE Straße":                  "strasse strasse",
		"Ærø Łódź Þing":                   "aero lodz thing",
		"u\u0308ber über":                 "uber uber",
		"ﬁne ½":                           "fine 1 2",
		"Чай 茶":                           "чаи 茶",
		" !? ":                            "",
	} {
		require.Equal(t, want, strings.Join(catalog.Words(text), " "), text)
	}
	require.Len(t, catalog.Words(strings.Repeat("ä", 1000))[0], 64)
}

func TestFoldedWordsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := catalog.Words(rapid.String().Draw(t, "text"))
		require.Equal(t, words, catalog.Words(strings.Join(words, " ")))
	})
}

func TestValuesHaveOneForm(t *testing.T) {
	t.Parallel()
	number := catalog.Attribute{Type: catalog.NumberValue, Scale: 2}
	for value, want := range map[string]string{
		"1": "1", "01.50": "1.5", "-0.00": "0", "-1.05": "-1.05", "0.5": "0.5", "9999999999999.99": "9999999999999.99",
		"1.234": "", "1.2300": "1.23", ".5": "", "5.": "", "": "", "-": "", "1e5": "", "+1": "", "１": "", "99999999999999": "", "1\t": "",
	} {
		got, ok := number.Canon(value)
		require.Equal(t, want != "", ok, value)
		require.Equal(t, want, got, value)
	}
	for value, want := range map[string]bool{"true": true, "false": true, "yes": false, "": false} {
		_, ok := catalog.Attribute{Type: catalog.BoolValue}.Canon(value)
		require.Equal(t, want, ok, value)
	}
	_, ok := catalog.Attribute{}.Canon("x")
	require.False(t, ok)
}

func TestValuesSurviveTheirText(t *testing.T) {
	t.Parallel()
	require.Nil(t, catalog.SplitValues(catalog.JoinValues(nil)))
	vs := []catalog.Value{{Attribute: "a", Value: "x y"}, {Attribute: "a", Value: "z"}, {Attribute: "b", Value: "1.5"}}
	require.Equal(t, vs, catalog.SplitValues(catalog.JoinValues(vs)))
}
