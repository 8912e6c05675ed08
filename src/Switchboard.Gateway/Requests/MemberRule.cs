namespace Switchboard.Gateway.Requests;

/// <summary>What the value of a member may be.</summary>
[Flags]
internal enum MemberShapes
{
    /// <summary>A string that is not empty.</summary>
    Text = 1,

    /// <summary>An array that is not empty.</summary>
    List = 2,

    /// <summary>Whatever the provider takes, but no null.</summary>
    Any = 4,
}

/// <summary>A member without which no provider can answer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shapes">What it may be.</param>
/// <param name="Expected">What it may be, in words.</param>
internal sealed record MemberRule(string Name, MemberShapes Shapes, string Expected)
{
    /// <summary>Its name as bytes.</summary>
    public byte[] Utf8Name { get; } = System.Text.Encoding.UTF8.GetBytes(Name);

    /// <summary>Members that may stand in its place.</summary>
    public IReadOnlyList<string> Substitutes { get; init; } = [];

    /// <summary>Whether it may be of a shape.</summary>
    public bool Takes(MemberShapes shape) => (Shapes & shape) != 0;
}
