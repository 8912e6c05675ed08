namespace Switchboard.Gateway.Configuration;

/// <summary>Whose habits the surface has where servers of the API differ (<c>compat</c>).</summary>
public enum ApiCompat
{
    /// <summary>OpenAI's.</summary>
    OpenAI,

    /// <summary>Those of NVIDIA Dynamo's front end: flat errors, 529 for an overload, its unsupported members.</summary>
    Dynamo,
}
