using Switchboard.Gateway.State;

namespace Switchboard.Gateway.Access;

/// <summary>What became of a rotation.</summary>
/// <param name="Key">The key with its new secret; null where it was not rotated.</param>
/// <param name="IsInRotation">True where the key before it is still taken, which another grace would end; false where there is no such key.</param>
public sealed record KeyRotation(VirtualKey? Key, bool IsInRotation)
{
    /// <summary>The longest that the key before may be taken, too.</summary>
    public static TimeSpan LongestGrace { get; } = TimeSpan.FromDays(30);

    /// <summary>Puts another secret in the place of a key's.</summary>
    /// <param name="records">Where it is kept.</param>
    /// <param name="id">The id of the key.</param>
    /// <param name="text">The new secret.</param>
    /// <param name="grace">For how long the one before is taken, too; zero for no longer.</param>
    /// <param name="note">Who does it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<KeyRotation> RunAsync(IAccessRecords records, string id, KeyText text, TimeSpan grace, AuditNote note, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        var isInRotation = false;
        VirtualKey? Rotate(VirtualKey key)
        {
            // Within the change: of two at once the second sees the grace of the first.
            var rotated = text.Rotate(key, grace, time.GetUtcNow());
            isInRotation = rotated is null;
            return rotated;
        }

        var changed = await records.ChangeAsync<VirtualKey>(id, Rotate, note, cancellationToken);
        return new KeyRotation(changed, changed is null && isInRotation);
    }
}
