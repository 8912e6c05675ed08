namespace Switchboard.Gateway.Configuration;

/// <summary>How a key is sent to Azure (<c>auth</c>).</summary>
public enum KeyKind
{
    /// <summary>In the header <c>api-key</c>.</summary>
    Key,

    /// <summary>As a bearer: it is a token of Entra.</summary>
    Bearer,
}
