using System.Collections.Frozen;

namespace Switchboard.Gateway.Accounting;

/// <summary>The words for what usage is told apart by.</summary>
public static class UsageGroups
{
    /// <summary>What sums of days are told apart by, by its word: all but users.</summary>
    public static IReadOnlyDictionary<string, UsageGroup> OfDays { get; } =
        Enum.GetValues<UsageGroup>().Where(group => group != UsageGroup.User).ToFrozenDictionary(NameOf, StringComparer.Ordinal);

    /// <summary>Those words in their order, for who is told which there are.</summary>
    public static string Known { get; } = string.Join(", ", Enum.GetValues<UsageGroup>().Where(group => group != UsageGroup.User).Select(NameOf));

    /// <summary>The word for one.</summary>
    public static string NameOf(UsageGroup group) => group switch
    {
        UsageGroup.Day => "day",
        UsageGroup.Model => "model",
        UsageGroup.Key => "key",
        UsageGroup.Project => "project",
        UsageGroup.Provider => "provider",
        UsageGroup.Deployment => "deployment",
        UsageGroup.User => "user",
        _ => "operation",
    };
}
