using Switchboard.Gateway.Files;

namespace Switchboard.Gateway.Batches;

/// <summary>The ids of batches that the gateway runs. They are like no provider's.</summary>
public static class BatchIds
{
    private const string Prefix = "batch_sb";

    /// <summary>A new one; later ones are greater.</summary>
    public static string New(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return $"{Prefix}{Guid.CreateVersion7(time.GetUtcNow()):N}";
    }

    /// <summary>Whether the gateway made it.</summary>
    public static bool IsOurs(string id) => FileIds.IsOurs(id, Prefix);

    /// <summary>The id of a line's request.</summary>
    internal static string NewRequest(TimeProvider time) => $"batch_req_{Guid.CreateVersion7(time.GetUtcNow()):N}";
}
