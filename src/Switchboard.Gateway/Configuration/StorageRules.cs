namespace Switchboard.Gateway.Configuration;

/// <summary>The rules of the <c>storage:</c> part.</summary>
internal static class StorageRules
{
    public static void Check(StorageSettings storage, List<ConfigurationFault> faults)
    {
        if (storage.Shared is { } shared && !RedisUrl.TryParse(shared.Reveal(), out _, out var fault))
        {
            faults.Add(new("storage.shared", fault));
        }

        Ranges.Check("storage.shared_timeout", storage.SharedTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10), faults);
    }
}
