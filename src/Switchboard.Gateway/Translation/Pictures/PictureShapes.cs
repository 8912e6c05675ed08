namespace Switchboard.Gateway.Translation.Pictures;

/// <summary>Sizes of pictures at providers that know a few shapes, and no sizes.</summary>
internal static class PictureShapes
{
    /// <summary>The shape that is nearest to the size that is asked for: 1536x1024 is 3:2. Null where none is asked for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="known">The shapes that there are, by width over height.</param>
    public static T? Nearest<T>(PictureRequest request, ReadOnlySpan<(T Name, double Ratio)> known)
        where T : class
    {
        if (request.Size is not { } size)
        {
            return null;
        }

        var (nearest, least) = (default(T), double.MaxValue);
        foreach (var (name, ratio) in known)
        {
            var distance = Math.Abs(Math.Log(ratio * size.Height / size.Width));
            (nearest, least) = distance < least ? (name, distance) : (nearest, least);
        }

        return nearest;
    }
}
