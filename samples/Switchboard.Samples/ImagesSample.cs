using Switchboard.Client;
using Switchboard.Protocol.Images;

namespace Switchboard.Samples;

/// <summary>Makes a picture and saves it, whether the answer has its bytes or its address.</summary>
internal static class ImagesSample
{
    public static async Task RunAsync(SwitchboardClient client, TextWriter output, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-");
        var request = new ImageRequest("A lighthouse at dusk, as a woodcut") { Model = "gpt-image-1", Size = ImageRequestSize.Size1024x1024, Quality = "low" };

        ImagesResponse images = await client.Images.GenerateAsync(request, cancellationToken: cancellationToken);
        var paths = await client.Images.SaveAllAsync(images, folder.FullName, "lighthouse", cancellationToken: cancellationToken);

        await output.WriteLineAsync(string.Join(Environment.NewLine, paths));
    }
}
