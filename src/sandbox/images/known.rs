use std::sync::OnceLock;

use super::{Images, Lookup};

/// Whether the shipped data says how an image behaves.
pub fn knows_image(reference: &str) -> bool {
    static SHIPPED: OnceLock<Option<Images>> = OnceLock::new();
    let images = SHIPPED.get_or_init(|| Images::shipped().ok());
    images.as_ref().is_some_and(|images| matches!(images.find(reference), Lookup::Known(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_images_of_the_shipped_lab_are_known() {
        for image in [
            "mhausenblas/simpleservice:0.5.0",
            "satoms/jumpserver:v1",
            "k8s.gcr.io/busybox",
            "k8s.gcr.io/liveness",
            "k8s.gcr.io/goproxy:0.1",
        ] {
            assert!(knows_image(image), "{image}");
        }
        assert!(!knows_image("example.com/nobody/knows:1"));
    }
}
