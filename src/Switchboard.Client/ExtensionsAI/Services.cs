namespace Switchboard.Client.ExtensionsAI;

/// <summary>What <c>GetService</c> of all adapters gives.</summary>
internal static class Services
{
    public static object? Find(Type serviceType, object? serviceKey, object self, object metadata, SwitchboardClient client)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType.IsInstanceOfType(metadata) ? metadata
            : serviceType.IsInstanceOfType(client) && serviceType != typeof(object) && serviceType != typeof(IDisposable) ? client
            : serviceType.IsInstanceOfType(self) ? self
            : null;
    }
}
