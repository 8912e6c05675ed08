using Switchboard.Gateway.Files;
using Switchboard.Gateway.State;

namespace Switchboard.Gateway.Batches;

/// <summary>The ids of batches that the gateway runs. They are like no provider's.</summary>
public static class BatchIds
{
    private const string Prefix = "batch_sb";

    /// <summary>A new one; later ones are greater.</summary>
    public static string New(TimeProvider time) => $"{Prefix}{RecordIds.NewDigits(time)}";

    /// <summary>Whether the gateway made it.</summary>
    public static bool IsOurs(string id) => FileIds.IsOurs(id, Prefix);

    /// <summary>The id of a line's request.</summary>
    internal static string NewRequest(TimeProvider time) => RecordIds.New("batch_req", time);
}
