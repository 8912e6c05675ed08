using System.Globalization;

namespace Switchboard.Benchmarks.Load.Figures;

/// <summary>A figure that is asked for, and the one that was measured.</summary>
internal sealed record Bar(string Name, string Wanted, string Measured, bool IsMet)
{
    public static Bar AtLeast(string name, double wanted, double measured) =>
        new(name, Text($"at least {wanted:0.00}"), Text($"{measured:0.00}"), measured >= wanted);

    /// <param name="name">What it is.</param>
    /// <param name="wanted">The most it may be.</param>
    /// <param name="measured">What it is.</param>
    /// <param name="unit">With the blank before it.</param>
    /// <param name="format">Of both numbers.</param>
    public static Bar AtMost(string name, double wanted, double measured, string unit = "", string format = "0.00") =>
        new(name, $"at most {Text(wanted, format)}{unit}", $"{Text(measured, format)}{unit}", measured <= wanted);

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
