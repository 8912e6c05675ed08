using System.Globalization;

namespace Switchboard.Gateway.Accounting;

/// <summary>Amounts as people and programs read them.</summary>
public static class DollarText
{
    /// <summary>Nano-dollars as dollars, exactly: a decimal number with no zeros at its end.</summary>
    public static string Of(long nano) => ((decimal)nano / CallCost.NanoDollars).ToString("0.#########", CultureInfo.InvariantCulture);
}
