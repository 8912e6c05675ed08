namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>The shapes of what belongs to persons.</summary>
internal static class PersonalData
{
    // In this order, where two see something at one place.
    private static readonly (string Name, Func<Detector> Create)[] s_kinds =
    [
        ("email", () => new EmailDetector()),
        ("iban", () => new IbanDetector()),
        ("card", () => new CardDetector()),
        ("ssn", () => new SocialSecurityDetector()),
        ("ip_address", () => new AddressDetector()),
        ("phone", () => new PhoneDetector()),
    ];

    /// <summary>The kinds there are.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. s_kinds.Select(kind => kind.Name)];

    /// <summary>Finds some kinds, or all where none is named.</summary>
    public static TextFinder CreateFinder(IReadOnlyList<string> kinds) =>
        new DetectorFinder([.. s_kinds.Where(kind => kinds.Count == 0 || kinds.Contains(kind.Name)).Select(kind => kind.Create())]);
}
