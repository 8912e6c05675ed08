namespace Switchboard.Gateway.Configuration;

/// <summary>What a provider does with members of a request that the specification does not have (<c>extensions</c>).</summary>
public enum ExtensionHandling
{
    /// <summary>They are passed on: the provider knows best.</summary>
    Pass,

    /// <summary>They are left out: the provider would refuse them.</summary>
    Drop,

    /// <summary>They are passed on, and so are the headers that steer an inference engine: the provider is one, or the front end of some.</summary>
    Engine,
}
