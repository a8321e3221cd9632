//! Whole screens, as a person sees them.

use super::fixture::Scene;

#[test]
fn before_the_cluster_answers_the_lab_can_be_read() {
    insta::assert_snapshot!(Scene::new(120, 40).screen(), @"");
}
