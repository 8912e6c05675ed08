namespace Switchboard.Gateway.Routing.State;

/// <summary>Whether a provider answered when it was asked last, where it is asked at all.</summary>
internal sealed class ProviderHealth
{
    private volatile bool _isDown;

    /// <summary>True while it is known not to be there.</summary>
    public bool IsDown
    {
        get => _isDown;
        set => _isDown = value;
    }
}
