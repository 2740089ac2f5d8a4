package marketing_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/marketing"
)

// eva has bought twice, is from Austria and reads the newsletter.
func eva() marketing.Profile {
	return marketing.Profile{
		Contact: marketing.Contact{Address: "eva@shop.example", Country: "AT"},
		Purchases: []marketing.Purchase{
			{Order: "or_1", At: noon().AddDate(0, 0, -100), Total: money.EUR(60_00), Lines: []marketing.PurchaseLine{{SKU: "TEE", Categories: []string{"shirts"}, Quantity: 1}}},
			{Order: "or_2", At: noon().AddDate(0, 0, -10), Total: money.EUR(40_00), Lines: []marketing.PurchaseLine{{SKU: "MUG", Quantity: 2}}},
			{Order: "or_3", At: noon().AddDate(0, 0, -50), Total: money.USD(500_00), Lines: []marketing.PurchaseLine{{SKU: "CAP", Quantity: 1}}},
		},
		Consents: []marketing.Entry{
			{Topic: newsletter(), N: 2, State: marketing.Given},
			{Topic: marketing.Topic{Channel: marketing.Email, Address: "eva@shop.example", Purpose: "offers"}, N: 3, State: marketing.Withdrawn},
		},
	}
}

func TestRulesHoldForWhomTheySay(t *testing.T) {
	t.Parallel()
	nobody := marketing.Profile{Contact: marketing.Contact{Address: "max@shop.example"}}
	suppressed := eva()
	suppressed.Suppressed = true
	for text, want := range map[string][3]bool{ // eva, nobody, suppressed
		`{"everyone":true}`:                                      {true, true, true},
		`{"orders":{"min":3}}`:                                   {true, false, true},
		`{"orders":{"min":4}}`:                                   {false, false, false},
		`{"orders":{"max":0}}`:                                   {false, true, false},
		`{"orders":{"min":1,"max":3}}`:                           {true, false, true},
		`{"spent":{"min":{"amount":"100.00","currency":"EUR"}}}`: {true, false, true},
		`{"spent":{"min":{"amount":"100.01","currency":"EUR"}}}`: {false, false, false},
		`{"spent":{"max":{"amount":"99.99","currency":"EUR"}}}`:  {false, true, false},
		`{"spent":{"min":{"amount":"0.00","currency":"USD"},"max":{"amount":"500.00","currency":"USD"}}}`: {true, true, true},
		`{"last_order":{"within_days":10}}`:                                                                {true, false, true},
		`{"last_order":{"within_days":9}}`:                                                                 {false, false, false},
		`{"last_order":{"older_than_days":9}}`:                                                             {true, false, true},
		`{"last_order":{"older_than_days":10}}`:                                                            {false, false, false},
		`{"last_order":{"after":"2026-02-19T12:00:00Z","before":"2026-02-19T12:00:01Z"}}`:                  {true, false, true},
		`{"last_order":{"before":"2026-02-19T12:00:00Z"}}`:                                                 {false, false, false},
		`{"bought":{"sku":"MUG"}}`:                                                                         {true, false, true},
		`{"bought":{"sku":"shirts"}}`:                                                                      {false, false, false},
		`{"bought":{"category":"shirts"}}`:                                                                 {true, false, true},
		`{"consent":{"channel":"email","purpose":"newsletter"}}`:                                           {true, false, false},
		`{"consent":{"channel":"email","purpose":"offers"}}`:                                               {false, false, false},
		`{"country":["DE","AT"]}`:                                                                          {true, false, true},
		`{"not":{"country":["DE"]}}`:                                                                       {true, true, true},
		`{"all":[{"orders":{"min":1}},{"country":["DE"]}]}`:                                                {false, false, false},
		`{"any":[{"orders":{"min":1}},{"country":["DE"]}]}`:                                                {true, false, true},
		`{"all":[{"not":{"bought":{"sku":"PEN"}}},{"any":[{"country":["AT"]},{"bought":{"sku":"PEN"}}]}]}`: {true, false, true},
	} {
		r, err := marketing.ParseRule([]byte(text))
		require.NoError(t, err, text)
		require.Equal(t, want, [3]bool{r.Matches(eva(), noon()), r.Matches(nobody, noon()), r.Matches(suppressed, noon())}, text)
		back, err := json.Marshal(r)
		require.NoError(t, err)
		require.JSONEq(t, text, string(back), "a rule is written as it was read")
	}
}

func TestWrongRulesAreRefused(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"not":`, 5) + `{"everyone":true}` + strings.Repeat(`}`, 5)
	wide := `{"any":[` + strings.Repeat(`{"everyone":true},`, 49) + `{"everyone":true}]}`
	for text, field := range map[string]string{
		`{}`:                                 "rule",
		`{"everyone":true,"country":["DE"]}`: "rule",
		`{"everyone":true}{"everyone":true}`: "rule",
		`{"every":true}`:                     "rule",
		`[]`:                                 "rule",
		`{"all":[{}]}`:                       "all[0]",
		`{"orders":{}}`:                      "orders",
		`{"orders":{"min":-1}}`:              "orders.min",
		`{"orders":{"min":3,"max":2}}`:       "orders.max",
		`{"spent":{}}`:                       "spent",
		`{"spent":{"min":{"amount":"-1.00","currency":"EUR"}}}`:                                         "spent.min",
		`{"spent":{"min":{"amount":"1.00","currency":"EUR"},"max":{"amount":"2.00","currency":"USD"}}}`: "spent.max",
		`{"spent":{"min":{"amount":"3.00","currency":"EUR"},"max":{"amount":"2.00","currency":"EUR"}}}`: "spent.max",
		`{"last_order":{}}`:                 "last_order",
		`{"last_order":{"within_days":-1}}`: "last_order.within_days",
		`{"last_order":{"after":"2026-02-02T00:00:00Z","before":"2026-02-01T00:00:00Z"}}`: "last_order.before",
		`{"bought":{}}`:                                         "bought",
		`{"bought":{"sku":"A","category":"b"}}`:                 "bought",
		`{"consent":{"channel":"sms","purpose":"x"}}`:           "consent.channel",
		`{"consent":{"channel":"email","purpose":""}}`:          "consent.purpose",
		`{"country":["de"]}`:                                    "country[0]",
		`{"any":[{"everyone":true},{"not":{"country":["D"]}}]}`: "any[1].not.country[0]",
		deep: "not.not.not.not.not",
		wide: "rule",
		`{"country":["` + strings.Repeat("A", marketing.MaxRule) + `"]}`: "rule",
	} {
		_, err := marketing.ParseRule([]byte(text))
		refused(t, field, err)
	}
	require.NoError(t, second(marketing.ParseRule([]byte(strings.Replace(deep, `{"not":`, "", 1)[:len(deep)-8]))))
}

// What cannot be counted is more than any limit, and never less.
func TestASumBeyondMoneyIsMoreThanAnyLimit(t *testing.T) {
	t.Parallel()
	huge := marketing.Profile{Purchases: []marketing.Purchase{
		{Total: money.EUR(money.Limit), At: time.Unix(0, 0)}, {Total: money.EUR(money.Limit), At: time.Unix(0, 0)},
	}}
	limit := money.EUR(money.Limit)
	require.True(t, marketing.Rule{Spent: &marketing.Spent{Min: &limit}}.Matches(huge, noon()))
	require.False(t, marketing.Rule{Spent: &marketing.Spent{Max: &limit}}.Matches(huge, noon()))
}

func FuzzParseRule(f *testing.F) {
	for _, s := range []string{`{"everyone":true}`, `{"all":[{"orders":{"min":1}},{"not":{"bought":{"sku":"A"}}}]}`, `{"spent":{"min":null}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := marketing.ParseRule(b)
		if err != nil {
			return
		}
		r.Matches(eva(), noon())
		text, err := json.Marshal(r)
		require.NoError(t, err)
		again, err := marketing.ParseRule(text)
		require.NoError(t, err)
		require.Equal(t, r, again)
	})
}
