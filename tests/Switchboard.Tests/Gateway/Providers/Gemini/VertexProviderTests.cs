using Switchboard.Gateway.Providers.Gemini;

namespace Switchboard.Tests.Gateway.Providers.Gemini;

public sealed class VertexProviderTests
{
    [Theory]
    [InlineData("global", "https://aiplatform.googleapis.com/v1")]
    [InlineData("eu", "https://aiplatform.eu.rep.googleapis.com/v1")]
    [InlineData("us", "https://aiplatform.us.rep.googleapis.com/v1")]
    [InlineData("europe-west4", "https://europe-west4-aiplatform.googleapis.com/v1")]
    public void A_location_has_its_host(string location, string url) => Assert.Equal(new Uri(url), VertexProvider.DefaultBaseUrl(location));
}
